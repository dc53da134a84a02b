# frozen_string_literal: true

class MembershipsController < ApplicationController
  before_action :authenticate_user!
  before_action :set_membership, only: %i[edit update destroy]

  def index
    @memberships = current_account.memberships.includes(:user).order(:created_at)
  end

  def edit; end

  def update
    if @membership.update(params.require(:membership).permit!)
      redirect_to memberships_path, notice: t('.updated')
    else
      render :edit, status: :unprocessable_entity
    end
  end

  def destroy
    @membership.destroy!
    redirect_to memberships_path, notice: t('.removed')
  end

  private

  # members maintain their own entry, see MembershipPolicy for role changes
  def set_membership
    @membership = current_user.memberships.find_by!(account: current_account)
  end
end
